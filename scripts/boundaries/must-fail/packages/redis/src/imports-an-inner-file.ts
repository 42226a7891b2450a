import "@waiter/contracts/src/names.ts";
