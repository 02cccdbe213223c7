/// What an event of a stream was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing that the model said.
    Other,
    /// The model said or thought something.
    Content,
    /// The end of the stream.
    End,
}
