extension String {
    /// Without the white space and the ends of lines that tools leave behind a result.
    var withoutTrailingSpace: Substring {
        var rest = self[...]
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}
