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

{{/* A Kubernetes quantity as a number. */}}
{{- define "waiter.quantity" -}}
{{- $q := include "waiter.text" . -}}
{{- $suffix := regexFind "([KMGTPE]i|[numkMGTPE])$" $q -}}
{{- $bytes := dict "" 1.0 "n" 1e-9 "u" 1e-6 "m" 1e-3 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "P" 1e15 "E" 1e18
  "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 "Pi" 1125899906842624.0 "Ei" 1152921504606846976.0 -}}
{{- mulf (trimSuffix $suffix $q | float64) (get $bytes $suffix) | toJson -}}
{{- end -}}

{{/* A Kubernetes quantity in MiB. */}}
{{- define "waiter.mebibytes" -}}
{{- divf (include "waiter.quantity" . | float64) 1048576 | int64 -}}
{{- end -}}

{{/*
Maximum number of sockets per gateway. 48 KiB each: 9 KiB of the process and 3 KiB of the kernel when
idle, the rest for bursts in the write buffers. 192 MiB for the process itself.
*/}}
{{- define "waiter.maxConnections" -}}
{{- if .Values.socketGateway.maxConnections }}{{ int64 .Values.socketGateway.maxConnections }}
{{- else -}}
{{- $mib := include "waiter.mebibytes" .Values.socketGateway.resources.limits.memory | int64 -}}
{{- mul (div (div (mul (sub $mib 192) 1024) 48) 100) 100 -}}
{{- end -}}
{{- end -}}

{{/* Connected clients per pod above which the autoscaler adds pods. */}}
{{- define "waiter.targetConnections" -}}
{{- div (mul (include "waiter.maxConnections" . | int64) (int .Values.socketGateway.autoscaling.targetConnectionsPercent)) 100 -}}
{{- end -}}

{{/* Maximum (and below: minimum) number of pods outside a roll-out. dict "root" $ "service" .Values.api */}}
{{- define "waiter.mostPods" -}}
{{- if eq .root.Values.autoscaling.mode "none" }}{{ int .service.replicas }}{{ else }}{{ int .service.autoscaling.maxReplicas }}{{ end -}}
{{- end -}}
{{/* The autoscaler's minimum. Context: .Values.api */}}
{{- define "waiter.minReplicas" -}}
{{- kindIs "invalid" .autoscaling.minReplicas | ternary .replicas .autoscaling.minReplicas | int -}}
{{- end -}}
{{- define "waiter.fewestPods" -}}
{{- if eq .root.Values.autoscaling.mode "none" }}{{ int .service.replicas }}{{ else }}{{ include "waiter.minReplicas" .service }}{{ end -}}
{{- end -}}
