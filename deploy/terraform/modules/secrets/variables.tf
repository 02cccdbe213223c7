variable "name" {
  type = string
}

variable "region" {
  type = string
}

variable "readers" {
  description = "For each secret the service accounts that read it, by program."
  type        = map(map(string))
}
