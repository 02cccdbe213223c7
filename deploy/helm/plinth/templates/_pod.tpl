{{/* What every pod has, after the restricted profile of Pod Security: (dict "root" $ "user" 10001). */}}
{{- define "plinth.pod" -}}
automountServiceAccountToken: false
# The variables of service links have the prefix of settings.
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .user }}
  runAsGroup: {{ default .user .group }}
  fsGroup: {{ default .user .group }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{/* What every container has. */}}
{{- define "plinth.confined" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}

{{/* How a container with an image of Plinth begins: (dict "root" $ "image" .Values.image). */}}
{{- define "plinth.container" -}}
image: {{ include "plinth.image" . }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
{{ include "plinth.confined" . }}
{{- end }}

{{/* Where the pods of a component run: (dict "root" $ "component" "api" "values" .Values.api). */}}
{{- define "plinth.placement" -}}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: {{ $.root.Values.topologySpread }}
    labelSelector:
      matchLabels: {{- include "plinth.selector" $ | nindent 8 }}
    # The pods of the old version do not count during a rollout.
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- with .values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}

{{/* Lets routers forget a pod before it gets SIGTERM: (dict "root" $ "seconds" 5). */}}
{{- define "plinth.preStop" -}}
{{- if and (gt (int .seconds) 0) (semverCompare ">=1.30.0-0" .root.Capabilities.KubeVersion.Version) -}}
lifecycle:
  preStop:
    sleep: { seconds: {{ .seconds }} }
{{- end -}}
{{- end }}

{{/* The volumes that programs of Plinth read, and where they are mounted. */}}
{{- define "plinth.volumes" -}}
{{- if eq .Values.postgresql.kind "cloudnativepg" }}
- name: postgresql-ca
  secret:
    secretName: {{ include "plinth.fullname" . }}-postgresql-ca
    items: [{ key: ca.crt, path: ca.crt }]
{{- end }}
{{- if .Values.invoiceTemplate }}
- name: invoice-template
  configMap: { name: {{ .Values.invoiceTemplate }} }
{{- end }}
{{- end }}

{{- define "plinth.volumeMounts" -}}
{{- if eq .Values.postgresql.kind "cloudnativepg" }}
- { name: postgresql-ca, mountPath: /etc/plinth/postgresql, readOnly: true }
{{- end }}
{{- if .Values.invoiceTemplate }}
- { name: invoice-template, mountPath: /etc/plinth/invoice, readOnly: true }
{{- end }}
{{- end }}

{{/* The volumes that the worker writes. */}}
{{- define "plinth.scratch" -}}
- name: tmp
  emptyDir: { sizeLimit: 64Mi }
- name: spool
  emptyDir: { sizeLimit: {{ .Values.worker.spoolSize }} }
{{- end }}

{{- define "plinth.scratchMounts" -}}
- { name: tmp, mountPath: /tmp }
- { name: spool, mountPath: /var/lib/plinth/spool }
{{- end }}
