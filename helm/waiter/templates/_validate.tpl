{{/* Contradictions that a schema cannot express. Each has a message. */}}
{{- define "waiter.validate" -}}
{{- $v := .Values -}}
{{- $problems := list -}}
{{- range $key, $service := dict "api" $v.api "socketGateway" $v.socketGateway "worker" $v.worker -}}
{{- $given := not (kindIs "invalid" $service.autoscaling.minReplicas) -}}
{{- $fewest := include "waiter.minReplicas" $service | int -}}
{{- $most := int $service.autoscaling.maxReplicas -}}
{{- if and (gt $fewest $most) (or $given (ne $v.autoscaling.mode "none")) -}}
{{- $problems = append $problems (printf "%s.%s (%d) is above maxReplicas (%d)" $key ($given | ternary "autoscaling.minReplicas" "replicas, the autoscaler's minimum,") $fewest $most) -}}
{{- end -}}
{{- if and (ne $v.autoscaling.mode "none") (not (dig "requests" "cpu" "" $service.resources)) -}}
{{- $problems = append $problems (printf "%s.resources.requests.cpu is needed with autoscaling.mode %s: CPU targets are percents of it" $key $v.autoscaling.mode) -}}
{{- end -}}
{{- end -}}
{{- range $key := list "api" "socketGateway" "worker" -}}
{{- $derived := include (printf "waiter.derived.%s" $key) $ | fromYaml -}}
{{- range $field := list "config" "extraEnv" -}}
{{- range $name := keys (get (get $v $key) $field) | sortAlpha -}}
{{- if hasKey $derived $name -}}
{{- $problems = append $problems (printf "%s.%s.%s: the chart sets %s itself; change the value that it comes from" $key $field $name $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $name := keys (get $v $key).podLabels | sortAlpha -}}
{{- if has $name (list "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/component") -}}
{{- $problems = append $problems (printf "%s.podLabels: the chart sets %s itself, and selects by it" $key $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $key := list "api" "worker" "migration" -}}
{{- $limit := dig "limits" "memory" "" (get $v $key).resources -}}
{{- if not $limit -}}
{{- $problems = append $problems (printf "%s.resources.limits.memory is needed: the heap is 70 %% of it, and without a limit 70 %% of the whole node" $key) -}}
{{- else if lt (include "waiter.mebibytes" $limit | int64) 128 -}}
{{- $problems = append $problems (printf "%s.resources.limits.memory (%s) is below 128Mi: Node.js does not start with less" $key (include "waiter.text" $limit)) -}}
{{- end -}}
{{- end -}}
{{- range $key := list "api" "socketGateway" "worker" "migration" -}}
{{- $resources := (get $v $key).resources -}}
{{- range $name := list "memory" "cpu" -}}
{{- $request := dig "requests" $name "" $resources -}}
{{- $limit := dig "limits" $name "" $resources -}}
{{- if and $request $limit (gt (include "waiter.quantity" $request | float64) (include "waiter.quantity" $limit | float64)) -}}
{{- $problems = append $problems (printf "%s.resources.requests.%s (%s) is above limits.%s (%s)" $key $name (include "waiter.text" $request) $name (include "waiter.text" $limit)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $gateway := $v.socketGateway -}}
{{- if not (dig "limits" "memory" "" $gateway.resources) -}}
{{- $problems = append $problems "socketGateway.resources.limits.memory is needed: MAX_CONNECTIONS and the heap follow from it" -}}
{{- else if lt (include "waiter.maxConnections" . | int64) 100 -}}
{{- $problems = append $problems (printf "socketGateway.resources.limits.memory (%s) leaves no room for sockets: give it at least 256Mi, or set maxConnections" (include "waiter.text" $gateway.resources.limits.memory)) -}}
{{- end -}}
{{- if dig "limits" "cpu" "" $gateway.resources -}}
{{- $problems = append $problems "socketGateway.resources.limits.cpu must not be set: a throttled gateway delays every socket on it" -}}
{{- end -}}
{{- $minReady := include "waiter.gatewayMinReady" . | int -}}
{{- if and (lt $minReady (int $gateway.drainSeconds)) (not (and (eq $minReady 0) (le (int $gateway.drainSeconds) 5))) -}}
{{- $problems = append $problems (printf "socketGateway.minReadySeconds (%d) is below drainSeconds (%d): the next old pod would start to drain while the previous one still drains" $minReady (int $gateway.drainSeconds)) -}}
{{- end -}}
{{- $api := mul (add (include "waiter.mostPods" (dict "root" . "service" $v.api) | int) (int $v.api.maxSurge)) (int $v.api.databasePool) -}}
{{- $worker := mul (add (include "waiter.mostPods" (dict "root" . "service" $v.worker) | int) (int $v.worker.maxSurge)) (int $v.worker.databasePool) 2 -}}
{{- if gt (add $api $worker) (int $v.database.maxConnections) -}}
{{- $problems = append $problems (printf "%d database connections at the most (api: pods with surge x databasePool = %d; worker, two pools: %d) are more than database.maxConnections (%d): lower a pool or maxReplicas, or raise it" (add $api $worker) $api $worker (int $v.database.maxConnections)) -}}
{{- end -}}
{{- if and $v.devStores.enabled (ne $v.nodeEnv "development") (eq $v.scheme "https") -}}
{{- $problems = append $problems "devStores.enabled is for development and trials: set scheme to http or nodeEnv to development with it, and give production stores by the Secret waiter-stores" -}}
{{- end -}}
{{- if and $v.otel.endpoint $v.networkPolicy.enabled -}}
{{- $url := urlParse $v.otel.endpoint -}}
{{- $port := regexFind "[0-9]+$" (regexFind ":[0-9]+$" $url.host) | default (eq $url.scheme "https" | ternary "443" "80") | int -}}
{{- $open := list -}}
{{- range $v.networkPolicy.otlp.ports }}{{ $open = append $open (int .) }}{{ end -}}
{{- if not (has $port $open) -}}
{{- $problems = append $problems (printf "otel.endpoint is on port %d, which networkPolicy.otlp.ports (%s) does not allow: no trace would arrive" $port (join ", " $open)) -}}
{{- end -}}
{{- end -}}
{{- with $v.autoscaling.keda -}}
{{- if and .authModes (not .authenticationRef) -}}
{{- $problems = append $problems (printf "autoscaling.keda.authModes (%s) needs authenticationRef: the TriggerAuthentication that holds the credentials" .authModes) -}}
{{- end -}}
{{- end -}}
{{- if and $v.devSeed.enabled (not $v.devStores.enabled) -}}
{{- $problems = append $problems "devSeed.enabled needs devStores.enabled: the demo tenant must not be created in another database" -}}
{{- end -}}
{{- $problems = concat $problems (include "waiter.problems.address" . | fromYamlArray) (include "waiter.problems.images" . | fromYamlArray) (include "waiter.problems.apis" . | fromYamlArray) -}}
{{- with $problems -}}
{{- fail (printf "these values cannot be used:\n  - %s" (join "\n  - " .)) -}}
{{- end -}}
{{- end -}}
