{{- define "waiter.egress.dns" -}}
# DNS. 5353: node-local and OpenShift resolvers behind a DNAT
- ports:
    - { port: 53, protocol: UDP }
    - { port: 53, protocol: TCP }
    - { port: 5353, protocol: UDP }
    - { port: 5353, protocol: TCP }
{{- end -}}

{{/* Egress to a store by port, optionally restricted to CIDRs. Context: {ports, cidrs} */}}
{{- define "waiter.egress.store" -}}
- ports:
    {{- range .ports }}
    - { port: {{ int . }}, protocol: TCP }
    {{- end }}
  {{- with .cidrs }}
  to:
    {{- range . }}
    - ipBlock: { cidr: {{ . | quote }} }
    {{- end }}
  {{- end }}
{{- end -}}

{{/* A component of this release. dict "root" $ "component" "api" */}}
{{- define "waiter.peer" -}}
podSelector:
  matchLabels:
    {{- include "waiter.podLabels" . | nindent 4 }}
{{- end -}}

{{/* Ingress of Prometheus and of helm test. dict "root" $ "http" true */}}
{{- define "waiter.ingress.ops" -}}
{{- with .root.Values.networkPolicy.prometheus }}
- from: {{- toYaml . | nindent 4 }}
  ports: [{ port: ops, protocol: TCP }]
{{- end }}
- from:
    - {{- include "waiter.peer" (dict "root" .root "component" "test") | nindent 6 }}
  ports:
    - { port: ops, protocol: TCP }
    {{- if .http }}
    - { port: http, protocol: TCP }
    {{- end }}
{{- end -}}

{{- define "waiter.policyHead" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "waiter.fullname" .root }}-{{ .component }}
  labels: {{- include "waiter.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels: {{- include "waiter.podLabels" . | nindent 6 }}
{{- end -}}
