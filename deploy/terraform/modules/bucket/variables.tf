variable "account_id" {
  description = "Cloudflare account."
  type        = string
}

variable "name" {
  type = string
}

variable "jurisdiction" {
  description = "Where the files may be: `eu`, `fedramp` or `default`."
  type        = string
  default     = "eu"

  validation {
    condition     = contains(["default", "eu", "fedramp"], var.jurisdiction)
    error_message = "The jurisdiction is default, eu or fedramp."
  }
}

variable "cors_origins" {
  description = "Origins whose pages may use presigned URLs. `*` is refused: see server.cors_origins."
  type        = list(string)

  validation {
    condition     = !contains(var.cors_origins, "*")
    error_message = "Name the origins instead of *."
  }
}
