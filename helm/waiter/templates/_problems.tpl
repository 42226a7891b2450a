{{/* Problems for waiter.validate: each define gives a YAML list of messages. Context: the root. */}}

{{/* The public address. */}}
{{- define "waiter.problems.address" -}}
{{- $own := eq .Values.scheme "https" | ternary 443 80 -}}
{{- if eq (int .Values.port) $own }}
- {{ printf "port %d is the default port of %s, which browsers omit from an origin: leave port at 0" $own .Values.scheme | quote }}
{{- end }}
{{- range $peer := concat .Values.networkPolicy.from .Values.networkPolicy.prometheus }}
{{- if and (hasKey $peer "ipBlock") (or (hasKey $peer "podSelector") (hasKey $peer "namespaceSelector")) }}
- "networkPolicy: a peer with ipBlock must not have podSelector or namespaceSelector"
{{- end }}
{{- end }}
{{- end -}}

{{/* Images whose registry is not named. */}}
{{- define "waiter.problems.images" -}}
{{- if not (or .Values.devStores.enabled (eq .Values.image.pullPolicy "Never")) }}
{{- $nameless := list -}}
{{- range $service := list .Values.api .Values.socketGateway .Values.worker -}}
{{- if not (include "waiter.registryOf" (dict "root" $ "image" $service.image.repository)) }}{{ $nameless = append $nameless $service.image.repository }}{{ end -}}
{{- end -}}
{{- with uniq $nameless }}
- {{ printf "image.registry is needed: without it a node pulls %s from Docker Hub, where these names are not ours. Set it to the registry that holds your images, or image.pullPolicy to Never if the nodes have them" (join ", " .) | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/*
APIs that the cluster does not have. `.Capabilities` lists kinds only where Helm asked a cluster: without
one (helm template) it lists group versions, and this refuses nothing.
*/}}
{{- define "waiter.problems.apis" -}}
{{- if .Capabilities.APIVersions.Has "apps/v1/Deployment" }}
{{- range $api := list
  (list (eq .Values.autoscaling.mode "keda") "keda.sh/v1alpha1/ScaledObject" "autoscaling.mode keda" "install KEDA, or use mode hpa or none")
  (list .Values.httpRoute.enabled "gateway.networking.k8s.io/v1/HTTPRoute" "httpRoute.enabled" "install the Gateway API, or use ingress.enabled")
  (list .Values.monitoring.podMonitor.enabled "monitoring.coreos.com/v1/PodMonitor" "monitoring.podMonitor.enabled" "install the Prometheus operator, or disable it")
  (list .Values.monitoring.serviceMonitor.enabled "monitoring.coreos.com/v1/ServiceMonitor" "monitoring.serviceMonitor.enabled" "install the Prometheus operator, or disable it")
  (list .Values.monitoring.rules.enabled "monitoring.coreos.com/v1/PrometheusRule" "monitoring.rules.enabled" "install the Prometheus operator, or disable it") }}
{{- if and (index $api 0) (not ($.Capabilities.APIVersions.Has (index $api 1))) }}
- {{ printf "%s needs the API %s, which this cluster does not have: %s" (index $api 2) (index $api 1) (index $api 3) | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
