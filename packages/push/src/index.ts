export { isAllowedEndpoint } from "./is-allowed-endpoint.ts";
export {
  acceptReceipt,
  createReceipts,
  listAccepted,
  readReceiptClaim,
  reportReceipt,
} from "./receipts.ts";
export {
  deleteDeadSubscription,
  deleteSubscriptionOfSession,
  findLiveSubscription,
  listLiveSubscriptions,
  readSubscription,
  saveSubscription,
  type LiveSubscription,
} from "./subscriptions.ts";
