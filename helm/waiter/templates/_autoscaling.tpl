{{/*
Scale up at once. Scale down slowly: per drain window one pod or a few percent, whichever is more, so
that few sockets reconnect at a time.
dict "root" $ "service" .Values.api
*/}}
{{- define "waiter.behavior" -}}
{{- $window := max 15 (int .service.drainSeconds) -}}
scaleUp:
  stabilizationWindowSeconds: 0
  selectPolicy: Max
  policies:
    - { type: Percent, value: 100, periodSeconds: 30 }
    - { type: Pods, value: 2, periodSeconds: 30 }
scaleDown:
  stabilizationWindowSeconds: {{ int .root.Values.autoscaling.scaleDown.stabilizationSeconds }}
  selectPolicy: Max
  policies:
    - { type: Pods, value: 1, periodSeconds: {{ $window }} }
    - { type: Percent, value: {{ int .root.Values.autoscaling.scaleDown.percent }}, periodSeconds: {{ $window }} }
{{- end -}}

{{/*
Prometheus selector of one service's pods by name; it matches no other release. Two suffixes follow the
name, or one where Kubernetes cut the name to 63 characters.
*/}}
{{- define "waiter.pods" -}}
pod=~"{{ include "waiter.fullname" .root }}-{{ .component }}-[a-z0-9]+(-[a-z0-9]+)?"
{{- end -}}
{{/* Prometheus selector of one service's series. It uses only labels that every scraper sets. */}}
{{- define "waiter.series" -}}
namespace="{{ .root.Release.Namespace }}",{{ include "waiter.pods" . }}
{{- end -}}

{{/*
Name of an external metric. It begins with the release's name, because prometheus-adapter has one list
for the whole cluster. dict "root" $ "metric" "queue_jobs"
*/}}
{{- define "waiter.externalMetric" -}}
{{ include "waiter.fullname" .root | replace "-" "_" }}_{{ .metric }}
{{- end -}}

{{/* Query: the number of sockets of all gateways. */}}
{{- define "waiter.query.connections" -}}
sum(waiter_connected_clients{{ "{" }}{{ include "waiter.series" (dict "root" . "component" "socket-gateway") }}{{ "}" }})
{{- end -}}
{{/* Query: age of the oldest job. Every worker exports the same queues: maximum per queue, then of all. */}}
{{- define "waiter.query.oldestJob" -}}
max(max by (queue) (waiter_queue_oldest_job_seconds{{ "{" }}{{ include "waiter.series" (dict "root" . "component" "worker") }}{{ "}" }}))
{{- end -}}
{{/* Query: number of waiting and prioritized jobs. Delayed jobs do not count: they are not due yet. */}}
{{- define "waiter.query.jobs" -}}
sum(max by (queue, state) (waiter_queue_jobs{{ "{" }}{{ include "waiter.series" (dict "root" . "component" "worker") }},state=~"waiting|prioritized"{{ "}" }}))
{{- end -}}
