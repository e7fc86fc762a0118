using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gateway.Policies.ResponseCaching.Purging;

/// <summary>A purge as gateways tell each other of it, and as it is kept: <c>s|Tag:catalog</c>.</summary>
/// <param name="Kind">What is purged.</param>
/// <param name="Value">Its name; for a URL, the first level of the key.</param>
/// <param name="Soft">True: entries become stale.</param>
/// <param name="Brief">True: told but not kept, since the shared store itself remembers it.</param>
internal readonly record struct PurgeNotice(PurgeKind Kind, string Value, bool Soft, bool Brief = false)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Brief ? 'b' : Soft ? 's' : 'h')}|{Kind}:{Value}");

    public static bool TryParse(string text, [NotNullWhen(true)] out PurgeNotice? notice)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        bool known = text.Length > 2 && text[0] is 's' or 'h' or 'b' && text[1] == '|' && colon > 2;
        notice = known && Enum.TryParse(text.AsSpan(2, colon - 2), out PurgeKind kind)
            ? new PurgeNotice(kind, text[(colon + 1)..], Soft: text[0] == 's', Brief: text[0] == 'b')
            : null;
        return notice is not null;
    }
}
