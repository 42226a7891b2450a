{{/* The migration's NetworkPolicy: names, Postgres, and Redis for one login. dict "root" $ "hook" events "delete" policy */}}
{{- define "waiter.migrationPolicy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "waiter.fullname" .root }}-migrate
  {{- if .hook }}
  annotations:
    helm.sh/hook: {{ .hook }}
    helm.sh/hook-weight: "-10"
    helm.sh/hook-delete-policy: {{ .delete }}
  {{- end }}
  labels: {{- include "waiter.labels" (dict "root" .root "component" "migrate") | nindent 4 }}
spec:
  podSelector:
    matchLabels: {{- include "waiter.podLabels" (dict "root" .root "component" "migrate") | nindent 6 }}
  policyTypes: [Ingress, Egress]
  egress:
    {{- include "waiter.egress.dns" .root | nindent 4 }}
    {{- include "waiter.egress.store" .root.Values.networkPolicy.postgres | nindent 4 }}
    {{- include "waiter.egress.store" .root.Values.networkPolicy.redis | nindent 4 }}
{{- end -}}
