{{/* The pods of components of the release, as a peer: (dict "root" $ "components" (list "api")). */}}
{{- define "plinth.peer" -}}
- podSelector:
    matchLabels:
      app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride }}
      app.kubernetes.io/instance: {{ .root.Release.Name }}
    matchExpressions:
      - { key: app.kubernetes.io/component, operator: In, values: {{ toJson .components }} }
{{- end }}

{{/* The head of a policy: (dict "root" $ "component" "api" "for" …), for the component's pods. */}}
{{- define "plinth.policy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "plinth.fullname" .root }}-{{ .component }}
  labels: {{- include "plinth.labels" . | nindent 4 }}
{{- end }}
