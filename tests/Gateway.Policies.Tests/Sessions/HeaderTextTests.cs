using FsCheck;
using FsCheck.Fluent;
using Gateway.Policies.Sessions;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

public sealed class HeaderTextTests
{
    [Theory]
    [InlineData("u-1", "u-1")]
    [InlineData("Ann Lee <ann@example.org>", "Ann Lee <ann@example.org>")]
    [InlineData("""{"a":[1,2]}""", """{"a":[1,2]}""")]
    [InlineData("100%", "100%25")]
    [InlineData("a\r\nX-Admin: 1", "a%0D%0AX-Admin: 1")]
    [InlineData("a\0b\u007f", "a%00b%7F")]
    [InlineData("Zoë", "Zo%C3%AB")]
    [InlineData("😀", "%F0%9F%98%80")]
    [InlineData(" a ", "%20a%20")]
    public void Encode_Text_IsPrintableAscii(string text, string value)
    {
        Assert.Equal(value, HeaderText.Encode(text));
    }

    [Fact]
    public void Encode_TooLong_IsNotSent()
    {
        Assert.NotNull(HeaderText.Encode(new string('a', HeaderText.MaxLength)));
        Assert.Null(HeaderText.Encode(new string('a', HeaderText.MaxLength + 1)));
        Assert.Null(HeaderText.Encode(new string('ü', HeaderText.MaxLength / 3)));
    }

    [Fact]
    public void Encode_AnyText_DecodesToItselfAndIsPrintableAscii()
    {
        Prop.ForAll<UnicodeString>(unicode =>
        {
            string text = unicode.Get ?? "";
            string? value = HeaderText.Encode(text);
            return value is null || (value.All(c => c is >= ' ' and <= '~') && Uri.UnescapeDataString(value) == WithoutLoneSurrogates(text));
        }).QuickCheckThrowOnFailure();
    }

    private static string WithoutLoneSurrogates(string text) =>
        System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
