using System.Text;

namespace Gateway.Telemetry;

/// <summary>OpenTelemetry's names in Prometheus' alphabet, by OpenTelemetry's "Prometheus and OpenMetrics compatibility" page.</summary>
internal static class PrometheusNames
{
    /// <summary><c>gateway.request.duration</c> in <c>s</c> → <c>gateway_request_duration_seconds</c>; a counter ends in <c>_total</c>.</summary>
    public static string Family(string name, string unit, bool counter, bool gauge)
    {
        string family = Sanitize(name, colons: true);
        if (UnitWord(unit, gauge) is { Length: > 0 } word && !family.EndsWith($"_{word}", StringComparison.Ordinal))
        {
            family = counter && family.EndsWith("_total", StringComparison.Ordinal) ? $"{family[..^6]}_{word}_total" : $"{family}_{word}";
        }

        return counter && !family.EndsWith("_total", StringComparison.Ordinal) ? $"{family}_total" : family;
    }

    /// <summary><c>http.route</c> → <c>http_route</c>.</summary>
    public static string Label(string name) => Sanitize(name, colons: false);

    private static string Sanitize(string name, bool colons)
    {
        var clean = new StringBuilder(name.Length + 1);
        if (name.Length == 0 || char.IsAsciiDigit(name[0]))
        {
            clean.Append('_');
        }

        foreach (char character in name)
        {
            bool allowed = char.IsAsciiLetterOrDigit(character) || (colons && character == ':');
            if (allowed || clean.Length == 0 || clean[^1] != '_')
            {
                clean.Append(allowed ? character : '_');
            }
        }

        return clean.ToString();
    }

    // UCUM to Prometheus' words. What stands in braces is a remark, not a unit.
    private static string UnitWord(string unit, bool gauge) => unit switch
    {
        "" => "",
        "1" => gauge ? "ratio" : "",
        "%" => "percent",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "min" => "minutes",
        "h" => "hours",
        "d" => "days",
        "By" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        _ when unit.Contains('{', StringComparison.Ordinal) => "",
        _ => Sanitize(unit, colons: false).Trim('_'),
    };
}
