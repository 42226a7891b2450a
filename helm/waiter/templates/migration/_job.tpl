{{/*
The Job that runs `migrate`. As a hook it runs before any other object of the release exists. It refers
to nothing that the chart creates, only to existing Secrets, the namespace's default ServiceAccount
(without token) and plain values. It has the api's image, volumes, extraEnv, init containers and nodes,
because it needs the same certificates and proxies and runs in the same place.
*/}}
{{- define "waiter.migrationSpec" -}}
backoffLimit: 3
activeDeadlineSeconds: {{ int64 .Values.migration.activeDeadlineSeconds }}
podFailurePolicy:
  rules:
    # Exit code 78: a wrong setting. Another attempt would fail for the same reason.
    - action: FailJob
      onExitCodes: { containerName: migrate, operator: In, values: [78] }
    - action: Ignore
      onPodConditions: [{ type: DisruptionTarget, status: "True" }]
template:
  metadata:
    labels:
      {{- include "waiter.podLabels" (dict "root" . "component" "migrate") | nindent 6 }}
  spec:
    restartPolicy: Never
    automountServiceAccountToken: false
    enableServiceLinks: false
    {{- include "waiter.pullSecrets" . | nindent 4 }}
    {{- with .Values.api.priorityClassName }}
    priorityClassName: {{ . }}
    {{- end }}
    {{- include "waiter.placement" .Values.api | nindent 4 }}
    {{- include "waiter.podOptions" .Values.api | nindent 4 }}
    securityContext:
      {{- include "waiter.podSecurityContext" . | nindent 6 }}
    {{- if or .Values.devStores.enabled .Values.api.initContainers }}
    initContainers:
      {{- include "waiter.moreContainers" (dict "root" . "containers" .Values.api.initContainers) | nindent 6 }}
    {{- end }}
    {{- if .Values.devStores.enabled }}
      - name: wait-for-database
        image: {{ include "waiter.plainImage" (dict "root" . "image" .Values.devStores.postgresImage) }}
        imagePullPolicy: {{ .Values.image.pullPolicy }}
        command: [sh, -c, "until pg_isready --quiet --timeout=2; do sleep 1; done"]
        env:
          - { name: PGHOST, value: {{ include "waiter.fullname" . }}-dev-postgres }
          - { name: PGUSER, value: waiter }
        securityContext:
          {{- include "waiter.containerSecurityContext" . | nindent 10 }}
        resources:
          requests: { cpu: 10m, memory: 16Mi }
          limits: { memory: 64Mi }
        terminationMessagePolicy: FallbackToLogsOnError
    {{- end }}
    containers:
      - name: migrate
        image: {{ include "waiter.image" (dict "root" . "image" .Values.api.image) }}
        imagePullPolicy: {{ include "waiter.pullPolicy" (dict "root" . "image" .Values.api.image.repository) }}
        {{- with .Values.api.command }}
        command: {{- toYaml . | nindent 10 }}
        {{- end }}
        args: [migrate]
        securityContext:
          {{- include "waiter.containerSecurityContext" . | nindent 10 }}
        env:
          - { name: NODE_ENV, value: {{ .Values.nodeEnv }} }
          - { name: LOG_LEVEL, value: {{ .Values.logLevel }} }
          - { name: STORES_SECRET, value: {{ include "waiter.storesSecret" . }} }
          - { name: KEYS_SECRET, value: {{ include "waiter.keysSecret" . }} }
          {{- include "waiter.env" (dict "root" . "component" "migrate" "extraEnv" (list .Values.api.extraEnv .Values.migration.extraEnv)) | nindent 10 }}
        resources: {{- toYaml .Values.migration.resources | nindent 10 }}
        terminationMessagePolicy: FallbackToLogsOnError
        volumeMounts:
          - { name: tmp, mountPath: /tmp }
          {{- with .Values.api.extraVolumeMounts }}
          {{- toYaml . | nindent 10 }}
          {{- end }}
    volumes:
      - { name: tmp, emptyDir: { sizeLimit: 64Mi } }
      {{- with .Values.api.extraVolumes }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
{{- end -}}
