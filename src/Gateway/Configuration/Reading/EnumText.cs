namespace Gateway.Configuration.Reading;

/// <summary>How the file writes the members of an enum: <c>closed</c>, but <c>SlidingWindow</c>. Case makes no difference when read.</summary>
internal static class EnumText
{
    public static string Of(object member)
    {
        string name = member.ToString()!;
        return name.Count(char.IsUpper) == 1 ? name.ToLowerInvariant() : name;
    }
}
