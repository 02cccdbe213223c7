{{/*
The settings of the programs, as YAML by section and key: what the chart sets, then what the values
set. values.schema.json refuses values of what the chart alone can know.
*/}}
{{- define "plinth.settings" -}}
{{- $name := include "plinth.fullname" . -}}
{{- $server := dict "host" "0.0.0.0" "port" 8080 "trusted_proxies" 0 -}}
{{- if .Values.ingress.enabled -}}
{{- $scheme := ternary "https" "http" .Values.ingress.tls.enabled -}}
{{- $_ := set $server "trusted_proxies" 1 -}}
{{- $_ := set $server "public_url" (printf "%s://%s" $scheme .Values.ingress.host) -}}
{{- if eq .Values.ingress.kind "traefik" -}}
{{/* Longer than the 90 s for which Traefik keeps idle connections. */}}
{{- $_ := set $server "keep_alive_seconds" 120 -}}
{{- end -}}
{{- end -}}
{{- $worker := dict "health_file" "/tmp/plinth-worker.alive" "spool_path" "/var/lib/plinth/spool" -}}
{{- $own := dict "server" $server "worker" $worker "storage" (dict "kind" "s3") -}}
{{- if .Values.agents.enabled -}}
{{- $agents := dict "address" (printf "http://%s-agents:8070" $name) "allow_plain" true -}}
{{- $_ := set $agents "api_url" (printf "http://%s-api:8080" $name) -}}
{{- $_ := set $own "agents" $agents -}}
{{- end -}}
{{- if .Values.invoiceTemplate -}}
{{- $_ := set $own "render" (dict "templates" "/etc/plinth/invoice") -}}
{{- end -}}
{{- mergeOverwrite $own (deepCopy .Values.settings) | toYaml -}}
{{- end }}

{{/* Where API and worker serve metrics. */}}
{{- define "plinth.metricsVariable" -}}
{{- if .Values.metrics.enabled -}}
- name: PLINTH_TELEMETRY__PROMETHEUS_ADDRESS
  value: 0.0.0.0:{{ .Values.metrics.port }}
{{- end -}}
{{- end }}

{{/* Where the API of operators listens: within the pod, for `kubectl port-forward`. */}}
{{- define "plinth.operatorVariables" -}}
{{- if .Values.operators.enabled -}}
- name: PLINTH_OPERATOR__LISTEN
  value: 127.0.0.1:{{ .Values.operators.port }}
{{ include "plinth.secretVariable" (dict "root" . "name" "PLINTH_OPERATOR__KEYS") }}
{{- end -}}
{{- end }}

{{/* A setting as text. YAML's numbers are floating-point in templates: 5368709120 is 5.36870912e+09. */}}
{{- define "plinth.setting" -}}
{{- if kindIs "slice" . -}}
{{ join "," . }}
{{- else if kindIs "float64" . -}}
{{ ternary (printf "%d" (int64 .)) (toString .) (eq . (float64 (int64 .))) }}
{{- else -}}
{{ toString . }}
{{- end -}}
{{- end }}

{{/*
The environment variables of the settings: (dict "root" $), or of some sections:
(dict "root" $ "sections" (list "database")).
*/}}
{{- define "plinth.variables" -}}
- name: PLINTH_ENVIRONMENT
  value: production
{{- $sections := .sections }}
{{- range $section, $settings := include "plinth.settings" .root | fromYaml }}
{{- if or (not $sections) (has $section $sections) }}
{{- range $key, $value := $settings }}
{{- if not (kindIs "invalid" $value) }}
- name: PLINTH_{{ upper $section }}__{{ upper $key }}
  value: {{ include "plinth.setting" $value | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
