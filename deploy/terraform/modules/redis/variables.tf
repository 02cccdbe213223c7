variable "name" {
  type = string
}

variable "region" {
  type = string
}

variable "network_id" {
  type = string
}

variable "settings" {
  type = object({
    memory_gb        = number
    highly_available = bool
  })
}
