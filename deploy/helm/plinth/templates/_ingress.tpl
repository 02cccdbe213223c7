{{/*
The annotations of the Ingress. Streams are silent for a while, and uploads are large: neither is
buffered, and the API limits both itself. Traefik buffers nothing, and has its timeouts in its own
configuration.
*/}}
{{- define "plinth.ingressAnnotations" -}}
{{- $set := dict -}}
{{- if eq .kind "nginx" -}}
{{- $timeout := toString .timeoutSeconds -}}
{{- $_ := set $set "nginx.ingress.kubernetes.io/proxy-read-timeout" $timeout -}}
{{- $_ := set $set "nginx.ingress.kubernetes.io/proxy-send-timeout" $timeout -}}
{{- $_ := set $set "nginx.ingress.kubernetes.io/proxy-buffering" "off" -}}
{{- $_ := set $set "nginx.ingress.kubernetes.io/proxy-request-buffering" "off" -}}
{{- $_ := set $set "nginx.ingress.kubernetes.io/proxy-body-size" "0" -}}
{{- else -}}
{{- $_ := set $set "traefik.ingress.kubernetes.io/router.entrypoints" (ternary "websecure" "web" .tls.enabled) -}}
{{- $_ := set $set "traefik.ingress.kubernetes.io/router.tls" (toString .tls.enabled) -}}
{{- end -}}
{{- with .tls.clusterIssuer -}}
{{- $_ := set $set "cert-manager.io/cluster-issuer" . -}}
{{- end -}}
{{- with .tls.issuer -}}
{{- $_ := set $set "cert-manager.io/issuer" . -}}
{{- end -}}
{{- mergeOverwrite $set .annotations | toYaml -}}
{{- end }}
