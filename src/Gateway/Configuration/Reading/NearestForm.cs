using Gateway.Configuration.Mistakes;

namespace Gateway.Configuration.Reading;

/// <summary>Suggests one of the forms that a value's own grammar lists, <c>ClientIp, Header:&lt;name&gt;</c>, keeping the name that was written.</summary>
internal static class NearestForm
{
    public static string? Of(string text, string allowed)
    {
        string[] forms = allowed.Split(", ");
        if (forms.Any(form => form.Contains(' ', StringComparison.Ordinal)))
        {
            // A sentence, not a list of forms.
            return null;
        }

        string[] written = text.Split(':', 2);
        string? nearest = NearestName.Of(written[0].Trim(), forms.Select(form => form.Split(':')[0]));
        bool named = nearest is not null && forms.Contains($"{nearest}:<name>");
        string name = written.Length == 2 && written[1].Length > 0 ? written[1] : "<name>";
        return named ? $"{nearest}:{name}" : nearest;
    }
}
