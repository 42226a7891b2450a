import "@waiter/worker";
