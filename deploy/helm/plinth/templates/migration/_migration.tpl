{{- define "plinth.migration" -}}
{{- with .root -}}
# It waits for the database by being tried again.
backoffLimit: {{ .Values.migration.retries }}
activeDeadlineSeconds: {{ .Values.migration.deadlineSeconds }}
template:
  metadata:
    labels: {{- include "plinth.labels" $ | nindent 6 }}
  spec:
    {{- include "plinth.pod" $ | nindent 4 }}
    # The account of the release does not exist yet when a hook runs.
    serviceAccountName: default
    restartPolicy: OnFailure
    containers:
      - name: migration
        {{- include "plinth.container" $ | nindent 8 }}
        command: [plinth, migrate, up]
        env:
          {{- include "plinth.variables" (dict "root" . "sections" (list "database" "mail" "telemetry")) | nindent 10 }}
          {{- include "plinth.databaseVariables" . | nindent 10 }}
          {{- include "plinth.migrationVariables" . | nindent 10 }}
          {{- include "plinth.mailVariables" . | nindent 10 }}
          {{- include "plinth.secretVariable" (dict "root" . "name" "PLINTH_SECURITY__SECRET_KEY") | nindent 10 }}
        resources: {{- toYaml .Values.migration.resources | nindent 10 }}
        {{- if eq .Values.postgresql.kind "cloudnativepg" }}
        volumeMounts:
          - { name: postgresql-ca, mountPath: /etc/plinth/postgresql, readOnly: true }
        {{- end }}
    {{- if eq .Values.postgresql.kind "cloudnativepg" }}
    volumes:
      - name: postgresql-ca
        secret:
          secretName: {{ include "plinth.fullname" . }}-postgresql-ca
          items: [{ key: ca.crt, path: ca.crt }]
    {{- end }}
{{- end -}}
{{- end }}
