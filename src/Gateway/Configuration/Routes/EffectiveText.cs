using System.Collections;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.Configuration.Reading;

namespace Gateway.Configuration.Routes;

/// <summary>Configuration as canonical text: equal text, equal behaviour. Defaults are written out.</summary>
internal static class EffectiveText
{
    /// <summary>The first 12 hex digits of the SHA-256 of a text.</summary>
    public static string Fingerprint(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];

    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Write(value, text);
        return text.ToString();
    }

    private static void Write(object? value, StringBuilder text)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string quoted:
                text.Append('"').Append(quoted.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
                break;
            case IDictionary dictionary:
                WriteAll("{}", dictionary.Keys.Cast<string>().Order(StringComparer.OrdinalIgnoreCase).Select(key => (key, dictionary[key])), text);
                break;
            case IEnumerable items:
                WriteAll("[]", items.Cast<object?>().Select(item => ("", item)), text);
                break;
            case not null when RecordShape.IsRecord(value.GetType()):
                string? name = (value as Policies.Configuration.Policy)?.Name;
                WriteAll("{}", RecordShape.Of(value.GetType()).Keys.Select(key => (key.Name, key.Get(value))).Prepend(("", name)), text);
                break;
            default:
                text.Append(CultureInfo.InvariantCulture, $"{value}");
                break;
        }
    }

    private static void WriteAll(string brackets, IEnumerable<(string Key, object? Value)> members, StringBuilder text)
    {
        text.Append(brackets[0]);
        foreach ((string key, object? value) in members)
        {
            Write(key, text);
            text.Append('=');
            Write(value, text);
            text.Append(';');
        }

        text.Append(brackets[1]);
    }
}
