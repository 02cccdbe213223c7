variable "name" {
  type = string
}

variable "region" {
  type = string
}

variable "image" {
  description = "Image with plinth-api, plinth-worker and plinth."
  type        = string
}

variable "agents_image" {
  type = string
}

variable "network" {
  type = object({
    id        = string
    subnet_id = string
  })
}

variable "settings" {
  description = "For each program the variables of its environment."
  type        = object({ api = map(string), worker = map(string), migrate = map(string) })
}

variable "secrets" {
  description = "For each program the variables whose values are secrets, with the secrets' names."
  type        = object({ api = map(string), worker = map(string), migrate = map(string) })
}

variable "secret_ids" {
  description = "For each secret its name in Secret Manager."
  type        = map(string)
}

variable "api" {
  type = object({
    min_instances = number
    max_instances = number
    concurrency   = number
    cpu           = number
    memory        = string
  })
}

variable "worker" {
  type = object({
    instances  = number
    cpu        = number
    memory_gib = number
  })
}
