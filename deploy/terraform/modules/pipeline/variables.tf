variable "name" {
  type = string
}

variable "project" {
  type = string
}

variable "region" {
  type = string
}

variable "environment" {
  description = "GitHub environment that may deploy; its rules say who approves."
  type        = string
}

variable "github" {
  type = object({
    repository    = string
    repository_id = string
  })
}

variable "registry" {
  description = "Repository of images that the workflow pushes to."
  type        = string
}

variable "service_accounts" {
  description = "Identities that the workflow may run programs as."
  type        = map(string)
}
