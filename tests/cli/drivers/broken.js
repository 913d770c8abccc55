throw new Error("the driver is broken");
