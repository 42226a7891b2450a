{{/*
The ConfigMap of each service. A pod template carries the checksum of its own ConfigMap only, so a
changed setting of the api restarts no gateway. Context: the root. Result: YAML, name: text.
`derived`: the variables that the chart computes. `config`: `derived` and the values' own.
*/}}
{{- define "waiter.commonConfig" -}}
NODE_ENV: {{ .root.Values.nodeEnv | quote }}
LOG_LEVEL: {{ .root.Values.logLevel | quote }}
HOST: {{ .root.Values.listenHost | quote }}
OPS_PORT: "9090"
DOMAIN_URL: {{ include "waiter.domainUrl" .root | quote }}
{{- if eq .root.Values.scheme "http" }}
ALLOW_HTTP: "true"
{{- end }}
SHUTDOWN_DEADLINE: {{ printf "%vs" (include "waiter.timing" . | fromYaml).deadline | quote }}
{{- with .root.Values.otel.endpoint }}
OTEL_EXPORTER_OTLP_ENDPOINT: {{ . | quote }}
OTEL_TRACES_SAMPLER_ARG: {{ include "waiter.text" $.root.Values.otel.sampleRatio | quote }}
{{- end }}
{{- end -}}

{{- define "waiter.derived.api" -}}
{{ include "waiter.commonConfig" (dict "root" . "service" .Values.api) }}
PORT: "3000"
CORS_ORIGIN: {{ include "waiter.corsOrigin" . | quote }}
TRUSTED_PROXIES: {{ join "," .Values.trustedProxies | quote }}
DB_POOL_MAX: {{ include "waiter.text" .Values.api.databasePool | quote }}
OUTBOUND_PRIVATE_NETWORKS: {{ join "," .Values.outbound.privateNetworks | quote }}
{{- with .Values.push.allowedHosts }}
PUSH_ALLOWED_HOSTS: {{ join "," . | quote }}
{{- end }}
{{- end -}}
{{- define "waiter.config.api" -}}
{{ include "waiter.derived.api" . }}
{{- include "waiter.texts" .Values.api.config }}
{{- end -}}

{{- define "waiter.derived.socketGateway" -}}
{{ include "waiter.commonConfig" (dict "root" . "service" .Values.socketGateway) }}
PORT: "3000"
API_URL: {{ printf "http://%s-api" (include "waiter.fullname" .) | quote }}
CORS_ORIGIN: {{ include "waiter.corsOrigin" . | quote }}
TRUSTED_PROXIES: {{ join "," .Values.trustedProxies | quote }}
DRAIN_WINDOW: {{ printf "%vs" (int .Values.socketGateway.drainSeconds) | quote }}
MAX_CONNECTIONS: {{ include "waiter.maxConnections" . | quote }}
{{- end -}}
{{- define "waiter.config.socketGateway" -}}
{{ include "waiter.derived.socketGateway" . }}
{{- include "waiter.texts" .Values.socketGateway.config }}
{{- end -}}

{{- define "waiter.derived.worker" -}}
{{ include "waiter.commonConfig" (dict "root" . "service" .Values.worker) }}
DB_POOL_MAX: {{ include "waiter.text" .Values.worker.databasePool | quote }}
EVENT_RETENTION: {{ .Values.worker.eventRetention | quote }}
OUTBOUND_PRIVATE_NETWORKS: {{ join "," .Values.outbound.privateNetworks | quote }}
{{- end -}}
{{- define "waiter.config.worker" -}}
{{ include "waiter.derived.worker" . }}
{{- include "waiter.texts" .Values.worker.config }}
{{- end -}}

{{- define "waiter.texts" -}}
{{- range $name, $value := . }}
{{ $name }}: {{ include "waiter.text" $value | quote }}
{{- end }}
{{- end -}}

{{/*
The Secret keys that each service receives; `?`: optional. Signing keys: api only. Private key of push: worker only. Database URLs: never
the gateway. The owner's URL: the migration only. The migration's keys are optional to Kubernetes, so that
its container starts and `migrate` names the missing Secret; it only checks that JWT_PUBLIC_KEYS exist.
*/}}
{{- define "waiter.secretKeys" -}}
{{- $all := dict
  "api" (dict "stores" (list "DATABASE_URL" "REDIS_URL" "QUEUE_REDIS_URL") "keys" (list "JWT_PRIVATE_KEYS" "JWT_PUBLIC_KEYS" "INTERNAL_TOKEN" "LICENSE_KEY?" "PLATFORM_ADMIN_TOKEN?" "VAPID_PUBLIC_KEY?"))
  "socket-gateway" (dict "stores" (list "REDIS_URL") "keys" (list "JWT_PUBLIC_KEYS" "INTERNAL_TOKEN"))
  "worker" (dict "stores" (list "DATABASE_URL" "RELAY_DATABASE_URL" "REDIS_URL" "QUEUE_REDIS_URL") "keys" (list "VAPID_PUBLIC_KEY?" "VAPID_PRIVATE_KEY?" "VAPID_SUBJECT?"))
  "migrate" (dict "stores" (list "MIGRATION_DATABASE_URL?" "DATABASE_URL?" "RELAY_DATABASE_URL?" "REDIS_URL?" "QUEUE_REDIS_URL?") "keys" (list "JWT_PUBLIC_KEYS?"))
-}}
{{- get $all . | toYaml -}}
{{- end -}}

{{/*
The env list: Secret keys merged by name with extraEnv.
dict "root" $ "component" "api" "extraEnv" (list of maps, the last wins)
*/}}
{{- define "waiter.env" -}}
{{- $root := .root -}}
{{- $keys := include "waiter.secretKeys" .component | fromYaml -}}
{{- $env := dict -}}
{{- range $kind, $secret := dict "stores" (include "waiter.storesSecret" .root) "keys" (include "waiter.keysSecret" .root) -}}
{{- range get $keys $kind -}}
{{- $name := trimSuffix "?" . -}}
{{- $ref := dict "name" $secret "key" $name -}}
{{- if hasSuffix "?" . }}{{- $_ := set $ref "optional" true -}}{{- end -}}
{{- $_ := set $env $name (dict "valueFrom" (dict "secretKeyRef" $ref)) -}}
{{- end -}}
{{- end -}}
{{- if and .root.Values.otel.endpoint (ne .component "migrate") -}}
{{- /* Kubernetes expands $(NAME) only from variables earlier in the list, which is sorted by name. */ -}}
{{- $_ := set $env "K8S_NAMESPACE" (dict "valueFrom" (dict "fieldRef" (dict "fieldPath" "metadata.namespace"))) -}}
{{- $_ := set $env "K8S_POD" (dict "valueFrom" (dict "fieldRef" (dict "fieldPath" "metadata.name"))) -}}
{{- $_ := set $env "OTEL_RESOURCE_ATTRIBUTES" (dict "value" "k8s.namespace.name=$(K8S_NAMESPACE),k8s.pod.name=$(K8S_POD)") -}}
{{- end -}}
{{- range .extraEnv -}}
{{- range $name, $value := . -}}
{{- $_ := set $env $name (kindIs "map" $value | ternary $value (dict "value" (include "waiter.text" $value))) -}}
{{- end -}}
{{- end -}}
{{- range $name := keys $env | sortAlpha }}
- name: {{ $name }}
{{- get $env $name | toYaml | nindent 2 }}
{{- end -}}
{{- end -}}
