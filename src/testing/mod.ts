export { createDriverTest, type DriverTest } from "./driver_test.ts";
export type { DriverTestOptions, TestAbort } from "./options.ts";
export type { DeliveryReport, DriverReport, Settlement, TestEvent, TestLine } from "./report.ts";
export { testDriver, type TestDriverOptions } from "./test_driver.ts";
