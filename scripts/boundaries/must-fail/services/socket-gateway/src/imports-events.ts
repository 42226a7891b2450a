import "@waiter/events";
