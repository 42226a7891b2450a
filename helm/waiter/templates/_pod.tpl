{{- define "waiter.podSecurityContext" -}}
runAsNonRoot: true
{{- range $name := list "runAsUser" "runAsGroup" "fsGroup" }}
{{- $id := get $.Values.podSecurity $name }}
{{- if not (or (kindIs "invalid" $id) (kindIs "string" $id)) }}
{{ $name }}: {{ int64 $id }}
{{- end }}
{{- end }}
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "waiter.containerSecurityContext" -}}
allowPrivilegeEscalation: false
capabilities: { drop: [ALL] }
readOnlyRootFilesystem: {{ .Values.podSecurity.readOnlyRootFilesystem }}
{{- end -}}

{{/* Node selection from a service's values. Context: .Values.api */}}
{{- define "waiter.placement" -}}
{{- with .nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Optional fields of a pod from a service's values. Context: .Values.api */}}
{{- define "waiter.podOptions" -}}
{{- range $field := list "hostAliases" "dnsPolicy" "dnsConfig" "runtimeClassName" "schedulerName" }}
{{- with get $ $field }}
{{ $field }}: {{- kindIs "string" . | ternary (printf " %s" .) (toYaml . | nindent 2) }}
{{- end }}
{{- end }}
{{- if kindIs "bool" .hostUsers }}
hostUsers: {{ .hostUsers }}
{{- end }}
{{- end -}}

{{/*
Containers from the values, each with the chart's securityContext unless it has its own.
dict "root" $ "field" "initContainers" (optional: the key above the list) "containers" (list)
*/}}
{{- define "waiter.moreContainers" -}}
{{- $secured := dict "securityContext" (include "waiter.containerSecurityContext" .root | fromYaml) -}}
{{- $list := list -}}
{{- range .containers }}{{ $list = append $list (hasKey . "securityContext" | ternary . (merge (deepCopy .) $secured)) }}{{ end -}}
{{- if $list }}
{{- with .field }}
{{ . }}:
{{- end }}
{{- $list | toYaml | nindent (hasKey . "field" | ternary 2 0) }}
{{- end }}
{{- end -}}

{{/*
The pod template of a service. It depends on this service's own values and its ConfigMap only.
dict "root" $ "component" "api" "service" .Values.api "config" "waiter.config.api" "http" true
*/}}
{{- define "waiter.podTemplate" -}}
{{- $root := .root -}}
{{- $service := .service -}}
{{- $fullname := include "waiter.fullname" $root -}}
{{- $timing := include "waiter.timing" . | fromYaml -}}
metadata:
  labels:
    {{- include "waiter.podLabels" . | nindent 4 }}
    {{- with $service.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    kubectl.kubernetes.io/default-container: {{ .component }}
    checksum/config: {{ include .config $root | sha256sum }}
    {{- with printf "%s%s" $root.Values.rolloutToken $service.rolloutToken }}
    rollout-token: {{ . | quote }}
    {{- end }}
    {{- with $service.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "waiter.serviceAccountName" $root }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ $timing.grace }}
  {{- include "waiter.pullSecrets" $root | nindent 2 }}
  {{- with $service.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- include "waiter.placement" $service | nindent 2 }}
  {{- include "waiter.podOptions" $service | nindent 2 }}
  securityContext:
    {{- include "waiter.podSecurityContext" $root | nindent 4 }}
  topologySpreadConstraints:
    {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "waiter.podLabels" $ | nindent 10 }}
      matchLabelKeys: [pod-template-hash]
    {{- end }}
  {{- include "waiter.moreContainers" (dict "root" $root "field" "initContainers" "containers" $service.initContainers) | nindent 2 }}
  containers:
    - name: {{ .component }}
      image: {{ include "waiter.image" (dict "root" $root "image" $service.image) }}
      imagePullPolicy: {{ include "waiter.pullPolicy" (dict "root" $root "image" $service.image.repository) }}
      {{- with $service.command }}
      command: {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        {{- include "waiter.containerSecurityContext" $root | nindent 8 }}
      envFrom:
        - configMapRef: { name: {{ $fullname }}-{{ .component }} }
      env:
        {{- include "waiter.env" (dict "root" $root "component" .component "extraEnv" (list $service.extraEnv)) | nindent 8 }}
      ports:
        {{- if .http }}
        - { name: http, containerPort: 3000 }
        {{- end }}
        - { name: ops, containerPort: 9090 }
      # Started: connected, and the schema is at least this release's. Up to five minutes,
      # because a migration may still run.
      startupProbe:
        httpGet: { path: /startupz, port: ops }
        periodSeconds: 2
        timeoutSeconds: 2
        failureThreshold: 150
      # Alive: the event loop runs. An outage of Redis or Postgres restarts no pod.
      livenessProbe:
        httpGet: { path: /livez, port: ops }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 3
      readinessProbe:
        httpGet: { path: /readyz, port: ops }
        periodSeconds: 5
        timeoutSeconds: 2
        failureThreshold: 2
      lifecycle:
        preStop:
          # The pod accepts connections until all proxies have removed its endpoint.
          sleep: { seconds: {{ $timing.preStop }} }
      resources: {{- toYaml $service.resources | nindent 8 }}
      {{- with $service.resizePolicy }}
      resizePolicy: {{- toYaml . | nindent 8 }}
      {{- end }}
      terminationMessagePolicy: FallbackToLogsOnError
      volumeMounts:
        - { name: tmp, mountPath: /tmp }
        {{- with $service.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    {{- include "waiter.moreContainers" (dict "root" $root "containers" $service.extraContainers) | nindent 4 }}
  volumes:
    - { name: tmp, emptyDir: { sizeLimit: 64Mi } }
    {{- with $service.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}

{{/*
With an autoscaler the autoscaler owns `replicas`, and the template omits the field. Omitting a field that
Helm owned resets it to 1, so the template repeats the live number
- on the upgrade that turns an autoscaler on, and while Helm still owns the field (the autoscaler has
  not written it yet);
- always where Helm applies on the client (Helm 3, or a release that Helm 3 installed): its three-way
  merge would reset the field on any later upgrade.
After an autoscaler has written the field, Kubernetes would refuse a server-side apply that contains it.
dict "root" $ "component" "api" "service" .Values.api
*/}}
{{- define "waiter.replicas" -}}
{{- $name := printf "%s-%s" (include "waiter.fullname" .root) .component -}}
{{- $namespace := .root.Release.Namespace -}}
{{- $live := lookup "apps/v1" "Deployment" $namespace $name -}}
{{- if eq .root.Values.autoscaling.mode "none" -}}
{{- /* The upgrade that turns an autoscaler off removes no pod either. */ -}}
{{- $scaler := lookup "autoscaling/v2" "HorizontalPodAutoscaler" $namespace $name -}}
{{- if and (not $scaler) (.root.Capabilities.APIVersions.Has "keda.sh/v1alpha1/ScaledObject") -}}
{{- $scaler = lookup "keda.sh/v1alpha1" "ScaledObject" $namespace $name -}}
{{- end -}}
{{- if and $live $scaler (gt (int $live.spec.replicas) (int .service.replicas)) -}}
{{- fail (printf "the autoscaler runs %d pods of %s, and replicas %d would remove some: set the service's replicas to %d for the upgrade to mode none" (int $live.spec.replicas) $name (int .service.replicas) (int $live.spec.replicas)) -}}
{{- end -}}
replicas: {{ int .service.replicas }}
{{- else -}}
{{- if $live -}}
{{- $serverSide := false -}}
{{- $ours := false -}}
{{- $scaled := false -}}
{{- range dig "metadata" "managedFields" list $live -}}
{{- $owns := hasKey (dig "fieldsV1" "f:spec" dict .) "f:replicas" -}}
{{- if eq .operation "Apply" -}}
{{- $serverSide = true -}}
{{- $ours = or $ours $owns -}}
{{- else if eq (.subresource | default "") "scale" -}}
{{- $scaled = or $scaled $owns -}}
{{- end -}}
{{- end -}}
{{- /* Only the API of this mode: a lookup of an API that the cluster does not have fails. */ -}}
{{- $mine := dict -}}
{{- if eq .root.Values.autoscaling.mode "hpa" -}}
{{- $mine = lookup "autoscaling/v2" "HorizontalPodAutoscaler" $namespace $name -}}
{{- else -}}
{{- $mine = lookup "keda.sh/v1alpha1" "ScaledObject" $namespace $name -}}
{{- end -}}
{{- $most := int .service.autoscaling.maxReplicas -}}
{{- if and (not $mine) (not $scaled) (gt (int $live.spec.replicas) $most) -}}
{{- fail (printf "%s runs %d pods, and autoscaling.maxReplicas %d would remove some: raise it, or scale down first" $name (int $live.spec.replicas) $most) -}}
{{- end -}}
{{- if or (hasPrefix "v3." .root.Capabilities.HelmVersion.Version) (not $serverSide) $ours (not (or $mine $scaled)) -}}
replicas: {{ int $live.spec.replicas }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
