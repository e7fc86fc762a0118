namespace Gateway.Policies.Tests.ResponseCaching.Support;

/// <summary>A request or a response as it stood on the wire: first line, fields in their order, body; text is Latin-1.</summary>
internal sealed record RawMessage(string FirstLine, IReadOnlyList<KeyValuePair<string, string>> Fields, string Body)
{
    public int Status => int.Parse(FirstLine.Split(' ')[1], null);

    public string Method => FirstLine.Split(' ')[0];

    public string Target => FirstLine.Split(' ')[1];

    /// <summary>The lines of a field joined with a comma; null when it is missing.</summary>
    public string? this[string name]
    {
        get
        {
            string[] lines = LinesOf(name);
            return lines.Length == 0 ? null : string.Join(", ", lines);
        }
    }

    public string CacheStatus => this["Cache-Status"] ?? "";

    public bool IsHit => CacheStatus.Contains("gateway; hit", StringComparison.Ordinal);

    public string[] LinesOf(string name) =>
        [.. Fields.Where(field => field.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];

    public static RawMessage Parse(string head, string body)
    {
        string[] lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var fields = lines.Skip(1).Select(line =>
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            return KeyValuePair.Create(line[..colon], line[(colon + 1)..].Trim());
        });
        return new RawMessage(lines[0], [.. fields], body);
    }
}
