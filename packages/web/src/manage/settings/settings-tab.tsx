import type { Settings } from "@waiter/client";
import { Loading } from "../shared/loading.tsx";
import type { ManageApi } from "../../shared/manage-api.ts";
import { useManage } from "../shared/manage-context.ts";
import { useResource } from "../shared/use-resource.ts";
import type { CardProps } from "./card-props.ts";
import { ChannelCard } from "./channel-card.tsx";
import { GeneralCard } from "./general-card.tsx";
import { HoursCard } from "./hours-card.tsx";
import { LookCard } from "./look-card.tsx";
import { PolicyCard } from "./policy-card.tsx";
import { SearchCard } from "./search-card.tsx";
import { WifiCard } from "./wifi-card.tsx";

export const readSettings = async (api: ManageApi): Promise<Settings> =>
  (await api.call<{ settings: Settings }>("GET", "/api/settings")).settings;
const kinds = ["settings."];

/** The restaurant: each card is saved on its own. */
export function SettingsTab() {
  const { role } = useManage();
  const { value, failed, refresh } = useResource(readSettings, kinds);
  if (value === undefined) return <Loading failed={failed} />;
  const card: CardProps = { settings: value, refresh };
  return (
    <div class="cards-2">
      <GeneralCard {...card} />
      <HoursCard {...card} />
      <PolicyCard {...card} />
      <LookCard {...card} />
      <WifiCard {...card} />
      <ChannelCard {...card} />
      {role === "owner" && <SearchCard {...card} />}
    </div>
  );
}
