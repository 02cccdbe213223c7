//! The request to the child, from an invoice.

use std::io;

use plinth_ports::{
    INVOICE_LOGO_UNREADABLE, INVOICE_TOO_LONG, Logo, LogoFormat, RenderRequest, Unprintable,
};

use crate::{
    Limits,
    data::data,
    epc,
    protocol::{DATA, Request, Task},
};

/// The name and the content of a file.
pub(crate) type File = (String, Vec<u8>);

/// The task, and the files that belong to this invoice only.
pub(crate) fn prepare(
    request: &RenderRequest,
    limits: &Limits,
) -> Result<(Task, Vec<File>), Unprintable> {
    let invoice = &request.invoice;
    if invoice.lines.len() > limits.lines {
        return Err(too_long(format!("the invoice has more than {} positions", limits.lines)));
    }
    let code = invoice.credit_transfer.as_ref().map(epc::payload).transpose()?;
    let code = code.as_deref().map(epc::svg).transpose()?;
    let logo = request.logo.as_ref().map(|logo| file(logo, limits.logo_bytes)).transpose()?;
    let name = logo.as_ref().map(|(name, _)| name.clone());
    let data = data(invoice, name.as_deref(), code.as_deref()).to_string();
    if data.len() > limits.text_bytes {
        let limit = limits.text_bytes;
        return Err(too_long(format!("the texts of the invoice have more than {limit} bytes")));
    }
    let task = Task::Render {
        ident: request.ident.clone(),
        created_at: request.created_at,
        logo: name,
        pages: limits.pages,
        pdf_bytes: limits.pdf_bytes,
    };
    let data = (DATA.to_owned(), data.into_bytes());
    Ok((task, logo.into_iter().chain([data]).collect()))
}

fn file(logo: &Logo, limit: usize) -> Result<File, Unprintable> {
    if logo.bytes.len() > limit {
        let detail = format!("the logo has more than {limit} bytes");
        return Err(Unprintable { code: INVOICE_LOGO_UNREADABLE, detail });
    }
    let name = match logo.format {
        LogoFormat::Svg => "logo.svg",
        LogoFormat::Png => "logo.png",
        LogoFormat::Jpeg => "logo.jpg",
    };
    Ok((name.to_owned(), logo.bytes.to_vec()))
}

fn too_long(detail: String) -> Unprintable {
    Unprintable { code: INVOICE_TOO_LONG, detail }
}

/// What the child reads: the request as a line, then the files. A later file replaces an earlier
/// one of its name.
pub(crate) fn message<'a>(
    task: Task,
    files: impl Iterator<Item = &'a File> + Clone,
) -> io::Result<Vec<u8>> {
    let named = files.clone().map(|(name, content)| (name.clone(), content.len())).collect();
    let mut bytes = serde_json::to_vec(&Request { task, files: named })?;
    bytes.push(b'\n');
    files.for_each(|(_, content)| bytes.extend_from_slice(content));
    Ok(bytes)
}
