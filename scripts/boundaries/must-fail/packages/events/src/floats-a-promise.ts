async function publish(): Promise<void> {}

publish();
