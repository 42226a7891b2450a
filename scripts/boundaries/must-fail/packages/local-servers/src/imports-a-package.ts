import "@waiter/testkit";
