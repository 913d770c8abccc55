/** Reads the data of server-sent events. @module */

/**
 * Creates a parser of an event stream, which is fed with text cut anywhere. Calls `onEvent` with the data of each event;
 * `undefined` for one without, such as a comment that a server sends as a heartbeat. The other fields of an event are for
 * browsers, which reconnect by themselves.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function createEventStreamParser(
  onEvent: (data: string | undefined) => void,
): (text: string) => void {
  let last = ""; // A line feed after a carriage return ends no second line, also in the next piece of text.
  let line = "";
  let data: string[] = [];

  function endLine(): void {
    const [field, value = ""] = line.split(/: ?([^]*)/);
    if (field === "data") data.push(value);
    if (line !== "") return;
    onEvent(data.length > 0 ? data.join("\n") : undefined);
    data = [];
  }

  return (text) => {
    const [first, ...more] = (last === "\r" ? text.replace(/^\n/, "") : text).split(/\r\n?|\n/);
    last = text.at(-1) ?? last;
    line += first;
    for (const next of more) {
      endLine();
      line = next;
    }
  };
}
