{{/*
Down slowly: the larger of one pod and a few percent per drain window, so that sockets move in small steps; up at once.
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

{{/* Selector of the pods of one service of this release by name, and of no other release: two words follow, or one where the name was cut to 63 characters. Listed letters, because Prometheus is slow with all but a few. */}}
{{- define "waiter.pods" -}}
pod=~"{{ include "waiter.fullname" .root }}-{{ .component }}-[a-z0-9]+(-[a-z0-9]+)?"
{{- end -}}
{{/* Selector of this release's series of one service; only labels that scrapers set. */}}
{{- define "waiter.series" -}}
namespace="{{ .root.Release.Namespace }}",{{ include "waiter.pods" . }}
{{- end -}}

{{/* Name of an external metric: prometheus-adapter has one list for the whole cluster, so it begins with the release's. dict "root" $ "metric" "queue_jobs" */}}
{{- define "waiter.externalMetric" -}}
{{ include "waiter.fullname" .root | replace "-" "_" }}_{{ .metric }}
{{- end -}}

{{/* Sockets of all gateways. */}}
{{- define "waiter.query.connections" -}}
sum(waiter_connected_clients{{ "{" }}{{ include "waiter.series" (dict "root" . "component" "socket-gateway") }}{{ "}" }})
{{- end -}}
{{/* Every worker exports the same numbers of the same queues: the largest per queue, then the worst queue. */}}
{{- define "waiter.query.oldestJob" -}}
max(max by (queue) (waiter_queue_oldest_job_seconds{{ "{" }}{{ include "waiter.series" (dict "root" . "component" "worker") }}{{ "}" }}))
{{- end -}}
{{/* Waiting and prioritized, never delayed: a delayed job is not late. */}}
{{- define "waiter.query.jobs" -}}
sum(max by (queue, state) (waiter_queue_jobs{{ "{" }}{{ include "waiter.series" (dict "root" . "component" "worker") }},state=~"waiting|prioritized"{{ "}" }}))
{{- end -}}
