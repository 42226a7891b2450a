import "@waiter/api";
