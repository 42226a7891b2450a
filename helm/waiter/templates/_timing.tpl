{{/*
Times that derive from a service's drainSeconds, as YAML (use with fromYaml). The order of a stop:
preStop.sleep (10 s: endpoints disappear, the pod still accepts), SIGTERM, drain, deadline, SIGKILL.
dict "root" $ "service" .Values.api
*/}}
{{- define "waiter.timing" -}}
{{- $drain := int .service.drainSeconds -}}
preStop: 10
drain: {{ $drain }}
deadline: {{ add $drain 10 }}
grace: {{ add 10 $drain 15 }}
{{- end -}}

{{/* Gateway only: seconds that a new pod must be ready before the next old pod drains. */}}
{{- define "waiter.gatewayMinReady" -}}
{{- if kindIs "invalid" .Values.socketGateway.minReadySeconds }}{{ int .Values.socketGateway.drainSeconds }}{{ else }}{{ int .Values.socketGateway.minReadySeconds }}{{ end -}}
{{- end -}}

{{/*
Seconds that a roll-out of `pods` gateways takes: `maxSurge` at a time, each with about 15 s of start and
one drain window. dict "root" $ "pods" 2
*/}}
{{- define "waiter.rollout" -}}
{{- $surge := int .root.Values.socketGateway.maxSurge -}}
{{- mul (div (add (int .pods) $surge -1) $surge) (add (include "waiter.gatewayMinReady" .root | int) 15) -}}
{{- end -}}

{{/* A Kubernetes quantity in MiB. */}}
{{- define "waiter.mebibytes" -}}
{{- $q := toString . -}}
{{- if hasSuffix "Gi" $q }}{{ mulf (trimSuffix "Gi" $q | float64) 1024 | int }}
{{- else if hasSuffix "Mi" $q }}{{ trimSuffix "Mi" $q | float64 | int }}
{{- else if hasSuffix "Ki" $q }}{{ divf (trimSuffix "Ki" $q | float64) 1024 | int }}
{{- else if hasSuffix "G" $q }}{{ mulf (trimSuffix "G" $q | float64) 953.67 | int }}
{{- else if hasSuffix "M" $q }}{{ mulf (trimSuffix "M" $q | float64) 0.95367 | int }}
{{- else }}{{ divf (float64 $q) 1048576 | int }}{{ end -}}
{{- end -}}

{{/*
Maximum number of sockets per gateway. 48 KiB each: 23 KiB measured when idle, twice that for bursts in
the write buffers. 192 MiB for the process itself.
*/}}
{{- define "waiter.maxConnections" -}}
{{- if .Values.socketGateway.maxConnections }}{{ int .Values.socketGateway.maxConnections }}
{{- else -}}
{{- $mib := include "waiter.mebibytes" .Values.socketGateway.resources.limits.memory | int -}}
{{- mul (div (div (mul (sub $mib 192) 1024) 48) 100) 100 -}}
{{- end -}}
{{- end -}}

{{/* Connected clients per pod above which the autoscaler adds pods. */}}
{{- define "waiter.targetConnections" -}}
{{- div (mul (include "waiter.maxConnections" . | int) (int .Values.socketGateway.autoscaling.targetConnectionsPercent)) 100 -}}
{{- end -}}

{{/* Maximum (and below: minimum) number of pods outside a roll-out. dict "root" $ "service" .Values.api */}}
{{- define "waiter.mostPods" -}}
{{- if eq .root.Values.autoscaling.mode "none" }}{{ int .service.replicas }}{{ else }}{{ int .service.autoscaling.maxReplicas }}{{ end -}}
{{- end -}}
{{- define "waiter.fewestPods" -}}
{{- if eq .root.Values.autoscaling.mode "none" }}{{ int .service.replicas }}{{ else }}{{ int .service.autoscaling.minReplicas }}{{ end -}}
{{- end -}}
