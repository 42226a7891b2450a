import "@waiter/database";
