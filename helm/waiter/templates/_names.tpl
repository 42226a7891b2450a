{{- define "waiter.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "waiter.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "waiter.name" . -}}
{{- if contains $name .Release.Name -}}{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}{{- end -}}
{{- end -}}
{{- end -}}

{{/*
Labels that never change. Selectors and pod templates carry only these, so that a chart upgrade alone
restarts no pod.
*/}}
{{- define "waiter.releaseLabels" -}}
app.kubernetes.io/name: {{ include "waiter.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* dict "root" $ "component" "api" */}}
{{- define "waiter.podLabels" -}}
{{ include "waiter.releaseLabels" .root }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* Labels of an object, never of a pod template: dict "root" $ "component" "api" */}}
{{- define "waiter.labels" -}}
{{ include "waiter.releaseLabels" .root }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "waiter.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}{{- default (include "waiter.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}{{- default "default" .Values.serviceAccount.name -}}{{- end -}}
{{- end -}}

{{/*
A scalar as text. Helm reads every number of a values file as a float, which `quote` and `toString` would
print as 2.097152e+06.
*/}}
{{- define "waiter.text" -}}
{{- if kindIs "string" . }}{{ . }}{{ else }}{{ toJson . }}{{ end -}}
{{- end -}}

{{/* dict "root" $ "image" .Values.api.image */}}
{{- define "waiter.image" -}}
{{- $global := .root.Values.global | default dict -}}
{{- $registry := $global.imageRegistry | default .root.Values.image.registry -}}
{{- with $registry }}{{ . }}/{{ end -}}
{{- .image.repository -}}
{{- if .image.digest }}@{{ .image.digest }}{{ else }}:{{ .image.tag | default .root.Values.image.tag | default .root.Chart.AppVersion }}{{ end -}}
{{- end -}}

{{/* An image given as one string. dict "root" $ "image" "waiter/dev" */}}
{{- define "waiter.plainImage" -}}
{{- $global := .root.Values.global | default dict -}}
{{- with ($global.imageRegistry | default .root.Values.image.registry) }}{{ . }}/{{ end -}}{{ .image }}
{{- end -}}

{{/* Not empty where an image's registry is known. dict "root" $ "image" "waiter/api" */}}
{{- define "waiter.registryOf" -}}
{{- $global := .root.Values.global | default dict -}}
{{- $global.imageRegistry | default .root.Values.image.registry | default (regexFind "^(localhost|[^/]*[.:][^/]*)/" .image) -}}
{{- end -}}

{{/*
Pull policy of one of our images. Without a registry a node must have it: Docker Hub's image of the same name
is not ours. dict "root" $ "image" "waiter/api"
*/}}
{{- define "waiter.pullPolicy" -}}
{{- if include "waiter.registryOf" . }}{{ .root.Values.image.pullPolicy }}{{ else }}Never{{ end -}}
{{- end -}}

{{- define "waiter.pullSecrets" -}}
{{- $global := .Values.global | default dict -}}
{{- $names := list -}}
{{- range concat (.Values.imagePullSecrets | default list) ($global.imagePullSecrets | default list) -}}
{{- $names = append $names (kindIs "map" . | ternary (get (kindIs "map" . | ternary . dict) "name") .) -}}
{{- end -}}
{{- with $names | uniq }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end -}}
{{- end -}}

{{- define "waiter.storesSecret" -}}
{{- if .Values.devStores.enabled }}{{ include "waiter.fullname" . }}-dev-stores{{ else }}{{ .Values.secrets.stores }}{{ end -}}
{{- end -}}
{{- define "waiter.keysSecret" -}}
{{- if .Values.devStores.enabled }}{{ include "waiter.fullname" . }}-dev-keys{{ else }}{{ .Values.secrets.keys }}{{ end -}}
{{- end -}}

{{- define "waiter.publicPort" -}}
{{- with int .Values.port }}:{{ . }}{{ end -}}
{{- end -}}
{{- define "waiter.domainUrl" -}}
{{ .Values.scheme }}://{{ .Values.domain }}{{ include "waiter.publicPort" . }}
{{- end -}}
{{- define "waiter.corsOrigin" -}}
{{ include "waiter.domainUrl" . }},{{ .Values.scheme }}://*.{{ .Values.domain }}{{ include "waiter.publicPort" . }}
{{- end -}}
