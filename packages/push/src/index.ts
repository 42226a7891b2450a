export { listShown } from "./list-shown.ts";
export { isAllowedEndpoint } from "./is-allowed-endpoint.ts";
export { isDeviceKey } from "./is-device-key.ts";
export {
  acceptReceipts,
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
  type PersonSubscription,
  readSubscription,
  saveSubscription,
  type LiveSubscription,
} from "./subscriptions.ts";
