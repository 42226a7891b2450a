import "@waiter/bench";
