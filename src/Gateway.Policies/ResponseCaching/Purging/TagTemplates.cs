using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Purging;

/// <summary>
/// Tags as the configuration writes them, with placeholders that each request fills in: <c>{route}</c>, <c>{host}</c>, <c>{path:1}</c> (a
/// segment of the path, counted from 1) and <c>{path:id}</c> (what the route's pattern calls <c>id</c>). A tag whose placeholder has no
/// value is left out.
/// </summary>
internal sealed class TagTemplates
{
    public const string Allowed = "{route}, {host}, {path:1}, {path:id}";

    private readonly string _route;
    private readonly IReadOnlyList<string> _tags;
    private readonly bool _fixed;

    public TagTemplates(string route, IReadOnlyList<string> tags)
    {
        _route = route;
        _tags = [.. tags.Select(tag => tag.Replace("{route}", route, StringComparison.Ordinal))];
        _fixed = !_tags.Any(tag => tag.Contains('{', StringComparison.Ordinal));
    }

    /// <summary>The tags of a request.</summary>
    public IReadOnlyList<string> For(HttpContext context) => _fixed ? _tags : [.. _tags.Select(tag => Fill(tag, context)).OfType<string>()];

    /// <summary>What is wrong with a tag's placeholders; null: nothing.</summary>
    public static string? ProblemOf(string tag)
    {
        for (int open = tag.IndexOfAny(['{', '}']); open >= 0;)
        {
            int close = tag.IndexOf('}', open);
            if (tag[open] == '}' || close < 0)
            {
                return "a brace is not closed or not opened";
            }

            string name = tag[(open + 1)..close];
            if (name is not ("route" or "host") && !IsPath(name, out _))
            {
                return $"{{{name}}} is not a placeholder";
            }

            open = tag.IndexOfAny(['{', '}'], close + 1);
        }

        return null;
    }

    private string? Fill(string tag, HttpContext context)
    {
        var filled = new StringBuilder(tag.Length + 16);
        int from = 0;
        for (int open = tag.IndexOf('{', StringComparison.Ordinal); open >= 0; open = tag.IndexOf('{', from))
        {
            int close = tag.IndexOf('}', open);
            if (ValueOf(tag[(open + 1)..close], context) is not { Length: > 0 } value)
            {
                return null;
            }

            filled.Append(tag, from, open - from).Append(value);
            from = close + 1;
        }

        return filled.Append(tag, from, tag.Length - from).ToString();
    }

    private string? ValueOf(string name, HttpContext context) =>
        name == "route" ? _route
        : name == "host" ? context.Request.Host.Host.ToLowerInvariant()
        : !IsPath(name, out string? part) ? null
        : int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int segment) ? SegmentOf(context.Request.Path.Value ?? "", segment)
        : context.Request.RouteValues.TryGetValue(part, out object? value) ? value?.ToString()
        : null;

    private static string? SegmentOf(string path, int segment)
    {
        string[] segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return segment >= 1 && segment <= segments.Length ? segments[segment - 1] : null;
    }

    private static bool IsPath(string name, [NotNullWhen(true)] out string? part)
    {
        part = name.StartsWith("path:", StringComparison.Ordinal) && name.Length > 5 ? name[5..] : null;
        return part is not null;
    }
}
