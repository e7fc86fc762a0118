using System.Globalization;
using System.Text;

namespace Gateway.Policies.RateLimiting;

/// <summary>One limit of a route with what a response says of it, written once when the configuration loads.</summary>
internal sealed class RouteLimit
{
    public RouteLimit(RateLimitPolicy policy, string routeId)
    {
        Policy = policy;
        Limit = policy.Limit.ToString(CultureInfo.InvariantCulture);
        QuotedName = Quoted(policy.Name);
        long seconds = (policy.Window.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;
        PolicyItem = string.Create(CultureInfo.InvariantCulture, $"{QuotedName};q={policy.Limit};w={seconds}");
        RouteTag = new("route", routeId);
        PolicyTag = new("policy", policy.Name);
    }

    public RateLimitPolicy Policy { get; }

    /// <summary>For <c>X-RateLimit-Limit</c>.</summary>
    public string Limit { get; }

    /// <summary>The name as a structured field's string (RFC 9651 §3.3.3).</summary>
    public string QuotedName { get; }

    /// <summary>For <c>RateLimit-Policy</c>: <c>"per-client";q=100;w=60</c>; the window in whole seconds, rounded up.</summary>
    public string PolicyItem { get; }

    public KeyValuePair<string, object?> RouteTag { get; }

    public KeyValuePair<string, object?> PolicyTag { get; }

    /// <summary>A structured field's string holds printable ASCII only; anything else is percent-encoded.</summary>
    private static string Quoted(string name)
    {
        var text = new StringBuilder("\"");
        foreach (byte letter in Encoding.UTF8.GetBytes(name))
        {
            _ = letter switch
            {
                (byte)'"' or (byte)'\\' => text.Append('\\').Append((char)letter),
                < 0x20 or > 0x7E => text.Append(CultureInfo.InvariantCulture, $"%{letter:X2}"),
                _ => text.Append((char)letter),
            };
        }

        return text.Append('"').ToString();
    }
}
