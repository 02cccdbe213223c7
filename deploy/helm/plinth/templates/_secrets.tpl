{{/*
A variable from the key of the same name in the Secret: (dict "root" $ "name" "…"), with
"optional" true if the key may be missing.
*/}}
{{- define "plinth.secretVariable" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ include "plinth.secret" .root }}
      key: {{ .name }}
      {{- if .optional }}
      optional: true
      {{- end }}
{{- end }}

{{/* The part of a URL of PostgreSQL in the cluster that follows user and password. */}}
{{- define "plinth.postgresql.place" -}}
{{ include "plinth.postgresql.host" . }}:5432/plinth
{{- if eq .Values.postgresql.kind "cloudnativepg" -}}
?sslmode=verify-full&sslrootcert=/etc/plinth/postgresql/ca.crt
{{- end -}}
{{- end }}

{{/* The URL of the application's role. */}}
{{- define "plinth.databaseVariables" -}}
{{- $password := "PLINTH_DATABASE__APPLICATION_PASSWORD" -}}
{{- if eq .Values.postgresql.kind "managed" -}}
{{ include "plinth.secretVariable" (dict "root" . "name" "PLINTH_DATABASE__URL") }}
{{- else -}}
{{- $role := dig "database" "application_role" "plinth_app" .Values.settings -}}
{{ include "plinth.secretVariable" (dict "root" . "name" $password) }}
- name: PLINTH_DATABASE__URL
  value: postgres://{{ $role }}:$({{ $password }})@{{ include "plinth.postgresql.place" . }}
{{- end -}}
{{- end }}

{{/* What migrations need beside the URL of the application's role. */}}
{{- define "plinth.migrationVariables" -}}
{{- if eq .Values.postgresql.kind "managed" -}}
{{ include "plinth.secretVariable" (dict "root" . "name" "PLINTH_DATABASE__ADMIN_URL" "optional" true) }}
{{ include "plinth.secretVariable" (dict "root" . "name" "PLINTH_DATABASE__APPLICATION_PASSWORD" "optional" true) }}
{{- else -}}
{{- if eq .Values.postgresql.kind "cloudnativepg" -}}
{{/* The operator makes this Secret. */ -}}
- name: POSTGRES_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ include "plinth.fullname" . }}-postgresql-app
      key: password
{{- else -}}
{{ include "plinth.secretVariable" (dict "root" . "name" "POSTGRES_PASSWORD") }}
{{- end }}
- name: PLINTH_DATABASE__ADMIN_URL
  value: postgres://plinth_admin:$(POSTGRES_PASSWORD)@{{ include "plinth.postgresql.place" . }}
{{- end }}
{{ include "plinth.secretVariable" (dict "root" . "name" "PLINTH_DATABASE__BACKUP_PASSWORD" "optional" true) }}
{{- end }}

{{/* The password of the account at the mail server, if there is one. */}}
{{- define "plinth.mailVariables" -}}
{{- if dig "mail" "username" "" .Values.settings -}}
{{ include "plinth.secretVariable" (dict "root" . "name" "PLINTH_MAIL__PASSWORD") }}
{{- end -}}
{{- end }}

{{/* Everything that API and worker read from the Secret. */}}
{{- define "plinth.secretVariables" -}}
{{ include "plinth.databaseVariables" . }}
{{- if eq .Values.redis.kind "managed" }}
{{ include "plinth.secretVariable" (dict "root" . "name" "PLINTH_REDIS__URL") }}
{{- else }}
{{ include "plinth.secretVariable" (dict "root" . "name" "REDIS_PASSWORD") }}
- name: PLINTH_REDIS__URL
  value: redis://:$(REDIS_PASSWORD)@{{ include "plinth.fullname" . }}-redis:6379/0
{{- end }}
{{ include "plinth.secretVariable" (dict "root" . "name" "PLINTH_SECURITY__SECRET_KEY") }}
{{ include "plinth.secretVariable" (dict "root" . "name" "PLINTH_SECRETS__KEYS" "optional" true) }}
{{ include "plinth.mailVariables" . }}
{{- if dig "cell" "name" "" .Values.settings }}
{{ include "plinth.secretVariable" (dict "root" . "name" "PLINTH_CELL__DIRECTORY_URL") }}
{{- end }}
{{- if dig "storage" "access_key_id" "" .Values.settings }}
{{ include "plinth.secretVariable" (dict "root" . "name" "PLINTH_STORAGE__SECRET_ACCESS_KEY") }}
{{- end }}
{{- if .Values.agents.enabled }}
{{ include "plinth.secretVariable" (dict "root" . "name" "PLINTH_AGENTS__TOKEN") }}
{{- end }}
{{- if dig "telemetry" "otlp_endpoint" "" .Values.settings }}
{{ include "plinth.secretVariable" (dict "root" . "name" "PLINTH_TELEMETRY__OTLP_HEADERS" "optional" true) }}
{{- end }}
{{- end }}
