import "@waiter/requests";
