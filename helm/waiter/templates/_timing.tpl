{{/*
What follows from one value per service, its drainSeconds, as YAML (use with fromYaml). The order of a stop:
preStop.sleep (10 s, endpoints go away, accepting goes on), SIGTERM, the drain, the deadline, SIGKILL.
dict "root" $ "service" .Values.api
*/}}
{{- define "waiter.timing" -}}
{{- $drain := int .service.drainSeconds -}}
preStop: 10
drain: {{ $drain }}
deadline: {{ add $drain 10 }}
grace: {{ add 10 $drain 15 }}
{{- end -}}

{{/* Gateway only: how long a new pod must hold before the next old one drains. */}}
{{- define "waiter.gatewayMinReady" -}}
{{- if kindIs "invalid" .Values.socketGateway.minReadySeconds }}{{ int .Values.socketGateway.drainSeconds }}{{ else }}{{ int .Values.socketGateway.minReadySeconds }}{{ end -}}
{{- end -}}

{{/* Seconds that a roll-out of so many gateways takes: as many at a time as the surge allows, each held for a drain window after its start (about 15 s). dict "root" $ "pods" 2 */}}
{{- define "waiter.rollout" -}}
{{- $surge := int .root.Values.socketGateway.maxSurge -}}
{{- mul (div (add (int .pods) $surge -1) $surge) (add (include "waiter.gatewayMinReady" .root | int) 15) -}}
{{- end -}}

{{/* MiB of a Kubernetes quantity. */}}
{{- define "waiter.mebibytes" -}}
{{- $q := toString . -}}
{{- if hasSuffix "Gi" $q }}{{ mulf (trimSuffix "Gi" $q | float64) 1024 | int }}
{{- else if hasSuffix "Mi" $q }}{{ trimSuffix "Mi" $q | float64 | int }}
{{- else if hasSuffix "Ki" $q }}{{ divf (trimSuffix "Ki" $q | float64) 1024 | int }}
{{- else if hasSuffix "G" $q }}{{ mulf (trimSuffix "G" $q | float64) 953.67 | int }}
{{- else if hasSuffix "M" $q }}{{ mulf (trimSuffix "M" $q | float64) 0.95367 | int }}
{{- else }}{{ divf (float64 $q) 1048576 | int }}{{ end -}}
{{- end -}}

{{/* Sockets one gateway takes. 48 KiB each: 23 KiB measured idle, twice that for bursts of the write buffers; 192 MiB for the process itself. */}}
{{- define "waiter.maxConnections" -}}
{{- if .Values.socketGateway.maxConnections }}{{ int .Values.socketGateway.maxConnections }}
{{- else -}}
{{- $mib := include "waiter.mebibytes" .Values.socketGateway.resources.limits.memory | int -}}
{{- mul (div (div (mul (sub $mib 192) 1024) 48) 100) 100 -}}
{{- end -}}
{{- end -}}

{{/* Connected clients per pod at which the autoscaler adds pods. */}}
{{- define "waiter.targetConnections" -}}
{{- div (mul (include "waiter.maxConnections" . | int) (int .Values.socketGateway.autoscaling.targetConnectionsPercent)) 100 -}}
{{- end -}}

{{/* Pods a service may have at most outside a roll-out. dict "root" $ "service" .Values.api */}}
{{- define "waiter.mostPods" -}}
{{- if eq .root.Values.autoscaling.mode "none" }}{{ int .service.replicas }}{{ else }}{{ int .service.autoscaling.maxReplicas }}{{ end -}}
{{- end -}}
{{- define "waiter.fewestPods" -}}
{{- if eq .root.Values.autoscaling.mode "none" }}{{ int .service.replicas }}{{ else }}{{ int .service.autoscaling.minReplicas }}{{ end -}}
{{- end -}}
