using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Gateway.Policies.Configuration;

namespace Gateway.Policies.RateLimiting.Charging;

/// <summary>
/// Permits that one request takes: a number, <c>{ "GET": 1, "POST": 5, "Default": 2 }</c> by method, or <c>{ "Header": "X-Cost" }</c> from
/// a request header. The header counts only when a trusted proxy sends it, and then before method and default.
/// </summary>
public sealed record RequestCost : IConfigObject<RequestCost>
{
    private const string HeaderKey = "Header";
    private const string DefaultKey = "Default";

    private RequestCost(int byDefault, IReadOnlyDictionary<string, int> byMethod, string? header) => (Default, ByMethod, Header) = (byDefault, byMethod, header);

    /// <summary>One permit per request.</summary>
    public static RequestCost One { get; } = new(1, new Dictionary<string, int>(), null);

    public static string Allowed =>
        "a whole number, or an object such as { \"GET\": 1, \"POST\": 5, \"Default\": 2 }, in which \"Header\": \"<name>\" is a field that trusted proxies send";

    /// <summary>What a request costs of which nothing else says anything.</summary>
    public int Default { get; }

    /// <summary>Costs by method, names without case.</summary>
    public IReadOnlyDictionary<string, int> ByMethod { get; }

    /// <summary>Null: no header is read.</summary>
    public string? Header { get; }

    /// <summary>True for the same cost whatever the request.</summary>
    public bool IsFixed => ByMethod.Count == 0 && Header is null;

    public static bool TryRead(IReadOnlyDictionary<string, string> entries, [MaybeNullWhen(false)] out RequestCost value, out string wrong)
    {
        (value, wrong) = (null, "");
        (int byDefault, string? header) = (1, null);
        var byMethod = new SortedDictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string text) in entries)
        {
            if (name.Equals(HeaderKey, StringComparison.OrdinalIgnoreCase) && text.Length > 0)
            {
                header = text;
            }
            else if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int cost))
            {
                wrong = name;
                return false;
            }
            else if (name.Length == 0 || name.Equals(DefaultKey, StringComparison.OrdinalIgnoreCase))
            {
                byDefault = cost;
            }
            else
            {
                byMethod[name] = cost;
            }
        }

        value = entries.Count == 0 ? null : new RequestCost(byDefault, byMethod, header);
        return value is not null;
    }

    /// <summary>What a request costs.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="stated">The header's value where it counts. What is no positive number says nothing.</param>
    public int Of(string method, string? stated) =>
        int.TryParse(stated, NumberStyles.None, CultureInfo.InvariantCulture, out int cost) && cost > 0 ? cost
        : ByMethod.TryGetValue(method, out int byMethod) ? byMethod
        : Default;

    /// <summary>Equal text, equal costs.</summary>
    public override string ToString()
    {
        IEnumerable<string> methods = ByMethod.Select(method => string.Create(CultureInfo.InvariantCulture, $"{method.Key}={method.Value}"));
        string number = Default.ToString(CultureInfo.InvariantCulture);
        return IsFixed ? number : string.Join(", ", methods.Append($"{DefaultKey}={number}").Append($"{HeaderKey}={Header}"));
    }
}
