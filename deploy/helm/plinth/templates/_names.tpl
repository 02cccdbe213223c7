{{/* The prefix of the names of objects. 40 characters leave room for what follows it. */}}
{{- define "plinth.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $full .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{/* The labels that select the pods of a component: (dict "root" $ "component" "api"). */}}
{{- define "plinth.selector" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* The labels of an object of a component. */}}
{{- define "plinth.labels" -}}
{{ include "plinth.selector" . }}
app.kubernetes.io/part-of: plinth
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{/* An image by digest or tag: (dict "root" $ "image" .Values.image). */}}
{{- define "plinth.image" -}}
{{- if .image.digest -}}
{{ .image.repository }}@{{ .image.digest }}
{{- else -}}
{{ .image.repository }}:{{ default .root.Chart.AppVersion .image.tag }}
{{- end -}}
{{- end }}

{{- define "plinth.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{ default (include "plinth.fullname" .) .Values.serviceAccount.name }}
{{- else -}}
{{ default "default" .Values.serviceAccount.name }}
{{- end -}}
{{- end }}

{{- define "plinth.secret" -}}
{{- default (include "plinth.fullname" .) .Values.secrets.existingSecret -}}
{{- end }}

{{/* The host name of PostgreSQL in the cluster. The operator names its services itself. */}}
{{- define "plinth.postgresql.host" -}}
{{ include "plinth.fullname" . }}-postgresql{{ if eq .Values.postgresql.kind "cloudnativepg" }}-rw{{ end }}
{{- end }}
