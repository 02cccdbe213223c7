variable "name" {
  type = string
}

variable "region" {
  type = string
}

variable "cidr" {
  description = "Addresses of Cloud Run. Each instance takes one or two, also while revisions change."
  type        = string
  default     = "10.10.0.0/22"
}
