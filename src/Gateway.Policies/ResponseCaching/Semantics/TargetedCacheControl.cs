using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>
/// CDN-Cache-Control (RFC 9213): a structured dictionary (RFC 9651 §3.2) that, where it is present and valid, stands in place of
/// Cache-Control and Expires. A value of the wrong type makes that directive count for nothing; a broken field counts for nothing whole.
/// </summary>
internal static class TargetedCacheControl
{
    public const string FieldName = "CDN-Cache-Control";

    /// <summary>False when the field is missing, empty or not a dictionary.</summary>
    public static bool TryParse(StringValues lines, [NotNullWhen(true)] out CacheControl? control)
    {
        control = null;
        if (lines.Count == 0)
        {
            return false;
        }

        var reader = new StructuredDictionaryReader(lines.Count == 1 ? lines[0] : string.Join(", ", lines.ToArray()));
        var read = new CacheControl();
        bool any = false;
        while (reader.Read())
        {
            any = true;
            Take(read, reader);
        }

        control = any && !reader.Failed ? read : null;
        return control is not null;
    }

    /// <summary>Of a repeated key the last counts (RFC 9651 §3.2), also when its type is wrong.</summary>
    private static void Take(CacheControl control, StructuredDictionaryReader member)
    {
        long? seconds = member.Integer is { } whole ? Math.Clamp(whole, 0, DeltaSeconds.Max) : null;
        switch (member.Key)
        {
            case "max-age": control.MaxAge = seconds; break;
            case "s-maxage": control.SharedMaxAge = seconds; break;
            case "stale-while-revalidate": control.StaleWhileRevalidate = seconds; break;
            case "stale-if-error": control.StaleIfError = seconds; break;
            case "no-store": control.NoStore = member.IsTrue; break;
            case "no-cache" or "private" when !member.Text.IsEmpty: control.Withhold(member.Text); break;
            case "no-cache": control.NoCache = member.IsTrue; break;
            case "private": control.Private = member.IsTrue; break;
            case "public": control.Public = member.IsTrue; break;
            case "must-revalidate": control.MustRevalidate = member.IsTrue; break;
            case "proxy-revalidate": control.ProxyRevalidate = member.IsTrue; break;
            case "must-understand": control.MustUnderstand = member.IsTrue; break;
            case "no-transform": control.NoTransform = member.IsTrue; break;
        }
    }
}
