/** The only view across tenants. */
export interface TenantDirectoryView {
  id: string;
  slug: string;
  name: string;
  epoch: string;
  seq: number;
  revoked: string[];
  suspended_at: Date | null;
}

/** Ids of sessions and table codes that ended in the last seconds, of all tenants. */
export interface RecentRevocationView {
  tenant_id: string;
  id: string;
  is_code: boolean;
}
